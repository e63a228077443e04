"""R functions of `samma_tal.R` for the designs that no package of R has in the same form: base R (and quadprog), nothing else."""

from __future__ import annotations

SCORES = """\
# Vägda summor av utfallet: w, fri (utan insats) och celler (skattas) är matriser med en rad per enhet och en kolumn per period.
matriser <- function(d, giltig = rep(TRUE, nrow(d))) {
  d <- d[giltig, ]
  y <- tapply(d$varde, list(d$enhet, d$ordning), mean)
  start <- as.vector(tapply(d$start, d$enhet, max))
  list(y = y, start = ifelse(start == 0, Inf, match(start, as.integer(colnames(y)))))
}
poang <- function(w, y, fri, celler, z = cbind(rep(1, nrow(y)))) {
  n <- nrow(y); perioder <- ncol(y); q <- ncol(z); niva <- y - y[, 1]
  x <- array(0, c(n, perioder, (perioder - 1) * q))
  for (t in 2:perioder) for (k in 1:q) x[, t, (t - 2) * q + k] <- z[, k]
  mitt <- function(a) a - rowSums(a * fri) / rowSums(fri)
  inne <- which(fri)
  xd <- apply(x, 3, mitt); xd <- matrix(xd, n * perioder)[inne, , drop = FALSE]
  karta <- matrix(0, ncol(xd), n * perioder)
  karta[, inne] <- solve(crossprod(xd), t(xd))
  passad <- matrix(matrix(x, n * perioder) %*% (karta %*% as.vector(mitt(niva) * fri)), n)
  egen <- rowSums(w * celler); est <- sum(w * niva)
  s <- rowSums(w * (niva - passad)) - egen * est
  rader <- matrix(0, n, n * perioder)
  for (i in 1:n) {
    last <- as.vector(t(outer(w[i, -1], z[i, ])))
    rader[i, ] <- -as.vector(last %*% karta) - egen[i] * as.vector(w)
    plats <- i + n * (0:(perioder - 1))
    rader[i, plats] <- rader[i, plats] + w[i, ]
  }
  omega <- tcrossprod(rader); ensam <- rowSums(w^2)
  k <- ifelse(ensam > 0, ensam / diag(omega), 0)
  se <- sqrt(sum(k * s^2))
  list(est = est, se = se, df = sum(ensam)^2 / sum((omega * sqrt(outer(k, k)))^2), skev = sum(s^3) / se^3, bar = sum(egen != 0))
}
vagd <- function(p, vag) {
  df <- if (vag == "scores-few") min(p$df, p$bar - 1) else p$df
  if (vag == "none") { est <<- p$est; se <<- NA; df <<- NA; p <<- NA }
  else if (vag == "scores-t") svar(ett(p$est, p$se, df))
  else svar(ett(p$est, p$se, df), ett(p$est, p$se, df, p$skev))
}
startgrupper <- function(d, jamfor_med, i_forvag) {
  m <- matriser(d)
  if (all(is.finite(m$start)) && jamfor_med == "not_yet_treated") {  # ingen väntar sedan den sista gruppen börjat
    slut <- max(m$start); m$y <- m$y[, 1:(slut - 1)]; m$start[m$start >= slut] <- Inf
  }
  perioder <- ncol(m$y); w <- 0 * m$y; tal <- 0
  for (g in sort(unique(m$start[is.finite(m$start)]))) {
    bas <- g - 1 - i_forvag; min <- m$start == g; delar <- list()
    for (t in if (bas >= 1) g:perioder) {
      andra <- !is.finite(m$start)
      if (jamfor_med == "not_yet_treated") andra <- andra | (m$start > max(t, bas) + i_forvag & !min)
      if (!any(andra)) next
      v <- min / sum(min) - andra / sum(andra)
      del <- 0 * m$y; del[, t] <- v; del[, bas] <- -v
      delar <- c(delar, list(del))
    }
    if (length(delar)) { w <- w + Reduce(`+`, delar) / length(delar) * sum(min); tal <- tal + sum(min) }
  }
  c(m, list(w = w / tal))
}
cellerna <- function(m, i_forvag) {
  plats <- col(m$y); list(celler = plats >= m$start, fri = plats < m$start - i_forvag)
}
imputerad <- function(m, i_forvag) {
  c1 <- cellerna(m, i_forvag); v <- c1$celler / pmax(rowSums(c1$celler), 1) / sum(rowSums(c1$celler) > 0)
  n <- nrow(m$y); perioder <- ncol(m$y)
  x <- cbind(diag(n)[as.vector(row(m$y)), ], diag(perioder)[as.vector(col(m$y)), -1])
  fri <- as.vector(c1$fri)
  w <- as.vector(v)
  w[fri] <- w[fri] - x[fri, ] %*% solve(crossprod(x[fri, ]), t(x) %*% as.vector(v))
  matrix(w, n)
}
bakgrundsvikter <- function(insats, x, satt) {
  x <- cbind(1, x); andra <- insats == 0; mina <- (insats == 1) / sum(insats)
  odds <- rep(0, length(insats))
  if (satt != "regression") {
    p <- fitted(glm.fit(x, insats, family = binomial(), control = list(epsilon = 1e-15, maxit = 200)))
    odds <- ifelse(andra, p / (1 - p), 0)
  }
  lika <- if (sum(odds) > 0) odds / sum(odds) else odds
  if (satt == "weighting") return(mina - lika)
  brod <- crossprod(x[andra, , drop = FALSE])
  mina - lika - andra * as.vector(x %*% solve(brod, colSums((mina - lika) * x)))
}
"""

TWIN = """\
# Syntetisk tvilling: vikter som inte är negativa och summerar till ett, med en liten dragning mot noll (quadprog).
simplex <- function(kolumner, mal, dragning) {
  b <- kolumner - mal; skala <- sqrt(sum(b^2) / ncol(b))
  if (skala == 0) return(rep(1 / ncol(b), ncol(b)))
  b <- b / skala; j <- ncol(b)
  d <- 2 * (crossprod(b) + (dragning / skala)^2 * nrow(b) * diag(j))
  w <- quadprog::solve.QP(d, rep(0, j), cbind(1, diag(j)), c(1, rep(0, j)), meq = 1)$solution
  w <- ifelse(w > 1e-9, w, 0); w / sum(w)
}
mitt <- function(m) sweep(m, 2, colMeans(m))
tvilling <- function(egen, givare, fore, satt) {
  efter <- length(egen) - fore; a <- 1:fore
  brus <- sd(as.vector(apply(givare[, a], 1, diff)))
  if (satt == "synthetic_control") {
    w <- simplex(t(givare[, a]), egen[a], 1e-3 * brus); gap <- egen - as.vector(w %*% givare)
    varde <- mean(gap[-a]); matt <- sqrt(mean(gap[a]^2))
  } else {
    w <- simplex(mitt(t(givare[, a])), egen[a] - mean(egen[a]), efter^0.25 * brus)
    efterat <- rowMeans(givare[, -a, drop = FALSE])
    l <- simplex(mitt(givare[, a]), efterat - mean(efterat), 1e-3 * brus)
    gap <- egen - as.vector(w %*% givare); varde <- mean(gap[-a]) - sum(l * gap[a]); matt <- sd(gap[a])
  }
  skala <- max(matt, 0.1 * sqrt(mean(diff(egen[a])^2)))
  list(varde = varde, statistik = abs(varde) / skala)
}
plats <- function(d, satt) {
  y <- tapply(d$varde, list(d$enhet, d$ordning), mean)
  fore <- sum(as.integer(colnames(y)) < max(d$start))
  egen <- rownames(y) == as.character(unique(d$enhet[d$insats == 1]))
  givare <- y[rownames(y) %in% as.character(d$enhet[d$givare == 1]), ]
  egen <- y[egen, ]; niva <- egen[1]
  mitt_tal <- tvilling(egen - niva, givare - niva, fore, satt)
  andras <- sapply(seq_len(nrow(givare)), function(i) tvilling(givare[i, ] - niva, givare[-i, ] - niva, fore, satt)$statistik)
  est <<- mitt_tal$varde; se <<- NA; df <<- NA; p <<- (1 + sum(andras >= mitt_tal$statistik)) / (1 + length(andras))
}
"""

SERIES = """\
# En serie: regression med fel som minns perioden före (nlme::gls); minnet är det troligaste av 0, 0,1 … 0,9.
tidsserie <- function(y, fore, arstid, avgor) {
  tid <- seq_along(y) - 1 - fore; steg <- as.numeric(tid >= 0); vinkel <- steg * tid
  s <- data.frame(y = y - y[1], tid, steg, vinkel)
  form <- y ~ tid + steg + vinkel
  if (length(arstid)) { s$arstid <- factor(arstid); form <- update(form, . ~ . + arstid) }
  passa <- function(r) nlme::gls(form, s, correlation = if (r > 0) nlme::corAR1(r, fixed = TRUE), method = "REML")
  alla <- lapply(seq(0, 0.9, 0.1), passa)
  bast <- alla[[which.max(sapply(alla, function(m) as.numeric(logLik(m))))]]
  k <- 0 * coef(bast); k["steg"] <- 1; if (avgor == "mean_after") k["vinkel"] <- (sum(steg) - 1) / 2
  est <<- sum(k * coef(bast)); se <<- sqrt(drop(k %*% vcov(bast) %*% k)); df <<- length(y) - length(k); p <<- NA
}
"""

MATCHED = """\
# Matchade: vikt och set står i filen, liksom vilka varje person jämförs med och vilka som är mest lika i den egna gruppen.
platser <- function(text, enhet) match(as.integer(strsplit(text, " ")[[1]]), enhet)
matchad <- function(w, vag, bakgrund = NULL) {
  m <- w$matchvikt > 0; y <- w$forandring; v <- w$matchvikt[m]
  b <- if (is.null(bakgrund)) matrix(0, sum(m), 0) else bakgrund[m, , drop = FALSE]
  x <- cbind(1, w$insats[m], scale(b[, apply(b, 2, sd) > 0, drop = FALSE]))
  karta <- solve(crossprod(x, x * v), t(x * v)); egen <- karta[2, ]; niva <- y[m] - y[m][1]
  est <- sum(egen * niva); s <- egen * drop(niva - x %*% (karta %*% niva))
  if (vag == "none") { est <<- est; se <<- NA; df <<- NA; p <<- NA; return(invisible()) }
  if (startsWith(vag, "abadie-imbens")) {
    med <- which(m & w$insats == 1); par <- lapply(w$par[med], platser, w$enhet)
    skillnad <- y[med] - sapply(par, function(j) mean(y[j])); n <- length(med)
    j <- unlist(par); andel <- unlist(lapply(par, function(k) rep(1 / length(k), length(k))))
    vikt <- tapply(andel, j, sum); extra <- vikt^2 - tapply(andel^2, j, sum)
    spridning <- sapply(w$narmast[as.integer(names(vikt))], function(text) var(y[platser(text, w$enhet)]))
    se <- sqrt(sum((skillnad - mean(skillnad))^2) * n / (n - 1) + sum(extra * spridning)) / n
    df <- min(n, sum(vikt)^2 / sum(vikt^2)) - 1
  } else {
    g <- if (startsWith(vag, "sets")) w$matchset[m] else seq_along(egen)
    rader <- rowsum(diag(egen) %*% (diag(length(egen)) - x %*% karta), g); omega <- tcrossprod(rader)
    ensam <- drop(rowsum(egen^2, g)); s <- drop(rowsum(s, g)); k <- ensam / diag(omega)
    se <- sqrt(sum(k * s^2)); df <- sum(ensam)^2 / sum((omega * sqrt(outer(k, k)))^2)
  }
  test <- list(ett(est, se, df)); if (endsWith(vag, "-and-hall")) test <- c(test, list(ett(est, se, df, sum(s^3) / se^3)))
  do.call(svar, test)
}
"""

HELPERS = {"matchad(": MATCHED, "startgrupper(": SCORES, "bakgrundsvikter(": SCORES, "plats(": TWIN, "tidsserie(": SERIES}
"""A call -> the functions that it needs."""


def helpers_for(lines: str) -> str:
    """Return the functions that a script's lines call, each once."""
    return "\n".join(dict.fromkeys(text for call, text in HELPERS.items() if call in lines))
