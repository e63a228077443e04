# Referee for matching. Reads matching.csv, writes matching.json. Run from the project's root (Debian: r-cran-matchit, r-cran-matching,
# r-cran-clubsandwich).
suppressMessages({library(MatchIt); library(Matching); library(clubSandwich); library(jsonlite)})
here <- "tests/referees"
d <- read.csv(file.path(here, "matching.csv"))
links <- function(m) { mm <- m$match.matrix; lapply(seq_len(nrow(mm)), function(i) as.integer(sort(as.integer(mm[i, !is.na(mm[i, ])])))) }
near <- function(...) suppressWarnings(matchit(t ~ x1 + x2, d, method = "nearest", replace = TRUE, ...))
maha <- near(distance = "mahalanobis", ratio = 2)
# Log odds and their nearest by hand from R's own glm: MatchIt takes the caliper in standard deviations of everybody, Austin (2011) in pooled ones.
l <- predict(glm(t ~ x1 + x2, binomial, d, control = list(epsilon = 1e-14)))
scale <- sqrt((var(l[d$t == 1]) + var(l[d$t == 0])) / 2)
apart <- abs(outer(l[d$t == 1], l[d$t == 0], "-")) / scale
nearest <- apply(apart, 1, which.min) + sum(d$t); nearest[apply(apart, 1, min) > 0.2] <- 0
ai <- function(M) { m <- Match(Y = d$y, Tr = d$t, X = d$x1, estimand = "ATT", M = M, Var.calc = 2); dif <- m$mdata$Y[m$mdata$Tr == 1] - m$mdata$Y[m$mdata$Tr == 0]; one <- tapply(dif, m$index.treated, mean); list(estimate = c(m$est), se = c(m$se), first_part = sum((one - c(m$est))^2) / sum(d$t)^2) }
# Matching, then regression, clustered by set (CR2): pairs that are given.
d$set <- NA; d$set[1:18] <- 1:18; d$set[19:36] <- 1:18
p <- d[!is.na(d$set), ]
ct <- function(f) { fit <- lm(f, p); r <- coef_test(fit, vcovCR(fit, p$set, type = "CR2"), test = "Satterthwaite", coefs = "t"); list(estimate = r$beta, se = r$SE, df = r$df_Satt) }
tt <- t.test(p$y[p$t == 1], p$y[p$t == 0], paired = TRUE)
out <- list(
  versions = list(R = R.version.string, MatchIt = as.character(packageVersion("MatchIt")), Matching = as.character(packageVersion("Matching")),
    clubSandwich = as.character(packageVersion("clubSandwich"))), date = "2026-11-22",
  mahalanobis_two = links(maha), logit = unname(l), logit_caliper = unname(nearest),
  weights_two = unname(maha$weights), sd_pooled = sqrt((var(d$x1[d$t == 1]) + var(d$x1[d$t == 0])) / 2),
  abadie_imbens_1 = ai(1), abadie_imbens_3 = ai(3),
  pairs = list(estimate = unname(tt$estimate), se = tt$stderr, p = tt$p.value), pairs_regression = ct(y ~ t + x1 + x2)
)
write_json(out, file.path(here, "matching.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
