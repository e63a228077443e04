# Referee for interrupted time series: generalised least squares with AR(1) errors at fixed memories (restricted likelihood), and
# Newey-West. Reads time_series.csv, writes time_series.json.
suppressMessages({library(nlme); library(sandwich); library(jsonlite)})
here <- "tests/referees"
d <- read.csv(file.path(here, "time_series.csv"))
before <- 16; after <- 8
d$time <- d$t - before; d$started <- as.numeric(d$time >= 0); d$slope <- d$started * d$time; d$season <- factor(d$quarter)
form <- y ~ time + started + slope + season
mean_after <- function(b) unname(b["started"] + (after - 1) / 2 * b["slope"])
error <- function(V) sqrt(V["started", "started"] + (after - 1) * V["started", "slope"] + ((after - 1) / 2)^2 * V["slope", "slope"])
at <- function(rho) {
  f <- gls(form, d, correlation = corAR1(rho, ~ t, fixed = TRUE), method = "REML")
  list(rho = rho, log_likelihood = as.numeric(logLik(f)), coefficients = unname(coef(f)), value = mean_after(coef(f)), se = unname(error(vcov(f))))
}
memories <- seq(0, 0.9, by = 0.1)
memories[1] <- 1e-9  # corAR1 does not take 0
all <- lapply(memories, at)
best <- all[[which.max(sapply(all, `[[`, "log_likelihood"))]]
ols <- lm(form, d)
lag <- floor(4 * (nrow(d) / 100)^(2 / 9))
out <- list(versions = list(R = R.version.string, nlme = as.character(packageVersion("nlme")), sandwich = as.character(packageVersion("sandwich"))),
            date = "2026-11-22", memory = round(best$rho, 1), coefficients = best$coefficients, value = best$value, se = best$se,
            newey_west = unname(error(NeweyWest(ols, lag = lag, prewhite = FALSE, adjust = TRUE))))
write_json(out, file.path(here, "time_series.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
