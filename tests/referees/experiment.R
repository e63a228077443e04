# Referee for randomised studies. Reads experiment.csv, writes experiment.json. Run from the project's root.
suppressMessages({library(estimatr); library(jsonlite)})
here <- "tests/referees"
d <- read.csv(file.path(here, "experiment.csv"))
d$b <- factor(d$block)
one <- function(f, term) list(estimate = unname(f$coefficients[term]), se = unname(f$std.error[term]), df = unname(f$df[term]), p = unname(f$p.value[term]))
sig <- function(f) one(f, "z"); csig <- function(f) one(f, "cz")
# HC2 with Bell-McCaffrey df = CR2 with every unit its own cluster.
d$id <- seq_len(nrow(d))
out <- list(
  versions = list(R = R.version.string, estimatr = as.character(packageVersion("estimatr"))), date = "2026-11-22",
  plain = sig(lm_robust(y ~ z, d, clusters = id, se_type = "CR2")),
  blocked = sig(lm_robust(y ~ z + b, d, clusters = id, se_type = "CR2")),
  ancova = sig(lm_robust(y ~ z + b + x, d, clusters = id, se_type = "CR2")),
  hc2_se = unname(lm_robust(y ~ z + b + x, d, se_type = "HC2")$std.error["z"]),
  lin = sig(lm_lin(y ~ z, covariates = ~ x, data = d, clusters = id, se_type = "CR2")),
  clustered = csig(lm_robust(cy ~ cz + x, d, clusters = cluster, se_type = "CR2")),
  iv_hc1 = one(iv_robust(y ~ d + b + x | z + b + x, d, se_type = "HC1"), "d"),
  iv_cluster = one(iv_robust(cy ~ cd + x | cz + x, d, clusters = cluster, se_type = "stata"), "cd")
)
write_json(out, file.path(here, "experiment.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
