# Referee for cluster-robust inference with few clusters. Reads few_clusters.csv, writes few_clusters.json.
suppressMessages({library(clubSandwich); library(sandwich); library(jsonlite); library(estimatr)})
here <- "tests/referees"
d <- read.csv(file.path(here, "few_clusters.csv"))
fit <- lm(y ~ treated * post, data = d)
term <- "treated:post"
one <- function(type) {
  v <- vcovCR(fit, cluster = d$cluster, type = type)
  t <- coef_test(fit, vcov = v, test = "Satterthwaite", coefs = term)
  list(se = unname(t$SE), df = unname(t$df_Satt), p = unname(t$p_Satt))
}
cr1 <- vcovCL(fit, cluster = d$cluster, type = "HC1", cadjust = TRUE)
# WCR, Rademacher, all 2^G sign vectors, null imposed, CR1: plain regressions, one a draw.
clusters <- sort(unique(d$cluster)); G <- length(clusters)
restricted <- lm(y ~ treated + post, data = d)
tstat <- function(y) {
  f <- lm.fit(model.matrix(fit), y)
  X <- model.matrix(fit); B <- solve(crossprod(X)); u <- f$residuals
  S <- sapply(clusters, function(g) crossprod(X[d$cluster == g, , drop = FALSE], u[d$cluster == g]))
  n <- nrow(X); k <- ncol(X)
  V <- G / (G - 1) * (n - 1) / (n - k) * B %*% (S %*% t(S)) %*% B
  f$coefficients[[4]] / sqrt(V[4, 4])
}
t0 <- tstat(d$y)
signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), G)))
ts <- apply(signs, 1, function(w) tstat(fitted(restricted) + w[match(d$cluster, clusters)] * resid(restricted)))
e <- 1e-9
out <- list(
  versions = list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")),
                  sandwich = as.character(packageVersion("sandwich")), estimatr = as.character(packageVersion("estimatr"))),
  date = "2026-11-22", n = nrow(d), estimate = unname(coef(fit)[term]),
  cr1_se = sqrt(cr1[term, term]), cr2 = one("CR2"), cr3_se = unname(sqrt(diag(vcovCR(fit, cluster = d$cluster, type = "CR3")))[4]),
  estimatr_cr2_se = unname(lm_robust(y ~ treated * post, data = d, clusters = cluster, se_type = "CR2")$std.error[term]),
  wcr = list(t = t0, p_weak = mean(abs(ts) >= abs(t0) * (1 - e)), p_strict = mean(abs(ts) > abs(t0) * (1 + e)))
)
write_json(out, file.path(here, "few_clusters.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
