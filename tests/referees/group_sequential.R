# Referee for spending functions. Writes group_sequential.json. Run: Rscript tests/referees/group_sequential.R
suppressMessages({library(rpact); library(jsonlite)})
one <- function(shares, type) {
  d <- getDesignGroupSequential(informationRates = shares, alpha = 0.025, sided = 1, typeOfDesign = type)
  list(shares = shares, z = d$criticalValues, spent = d$alphaSpent)
}
series <- list(c(0.5, 1), c(0.3, 0.7, 1), c(0.2, 0.4, 0.6, 0.8, 1))
out <- list(versions = list(R = R.version.string, rpact = as.character(packageVersion("rpact"))), date = "2026-11-22",
            obrien_fleming = lapply(series, one, type = "asOF"), pocock = lapply(series, one, type = "asP"))
write_json(out, "tests/referees/group_sequential.json", auto_unbox = TRUE, digits = NA, pretty = TRUE)
