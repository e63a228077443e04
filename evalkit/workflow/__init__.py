"""The flow from plan to report; papermill lives only here."""
