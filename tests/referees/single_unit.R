# Referee for one treated unit: both weight problems by quadprog (dual active set), every unit in the treated one's place.
# Reads single_unit.csv, writes single_unit.json.
suppressMessages({library(quadprog); library(jsonlite)})
here <- "tests/referees"
d <- read.csv(file.path(here, "single_unit.csv"))
Y <- as.matrix(d[, -1]); rownames(Y) <- d$unit
T0 <- 8; T <- ncol(Y); T1 <- T - T0
simplex <- function(A, b, ridge) {
  J <- ncol(A)
  s <- solve.QP(crossprod(A) + ridge^2 * nrow(A) * diag(J), crossprod(A, b), cbind(rep(1, J), diag(J)), c(1, rep(0, J)), meq = 1)
  s$solution
}
noise <- function(D) sd(as.vector(t(apply(D[, 1:T0], 1, diff))))
control <- function(own, D) {
  w <- simplex(t(D[, 1:T0]), own[1:T0], 1e-3 * noise(D))
  gap <- own - as.vector(w %*% D)
  list(value = mean(gap[(T0 + 1):T]), misfit = sqrt(mean(gap[1:T0]^2)), ratio = sqrt(mean(gap[(T0 + 1):T]^2) / mean(gap[1:T0]^2)), w = w)
}
did <- function(own, D) {
  s <- noise(D); pre <- D[, 1:T0]
  A <- t(pre); A <- sweep(A, 2, colMeans(A)); b <- own[1:T0] - mean(own[1:T0])
  w <- simplex(A, b, T1^0.25 * s)
  post <- rowMeans(D[, (T0 + 1):T])
  l <- simplex(sweep(pre, 2, colMeans(pre)), post - mean(post), 1e-3 * s)
  gap <- own - as.vector(w %*% D)
  list(value = mean(gap[(T0 + 1):T]) - sum(l * gap[1:T0]), misfit = sd(gap[1:T0]), w = w, l = l)
}
all_of <- function(f) {
  own <- f(Y[1, ], Y[-1, ])
  others <- lapply(2:nrow(Y), function(i) f(Y[i, ], Y[-c(1, i), ]))
  found <- list(value = own$value, misfit = own$misfit, weights = own$w, placebos = sapply(others, `[[`, "value"),
                misfits = sapply(others, `[[`, "misfit"))
  if (!is.null(own$ratio)) found$ratio_place <- 1 + sum(sapply(others, `[[`, "ratio") >= own$ratio)
  found
}
out <- list(versions = list(R = R.version.string, quadprog = as.character(packageVersion("quadprog"))), date = "2026-11-22",
            control = all_of(control), did = all_of(did))
write_json(out, file.path(here, "single_unit.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
