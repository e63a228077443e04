# The referee's numbers in honest_did.json. HonestDiD is not needed to run the tests; run this where it is installed.
# install.packages("HonestDiD")
numbers <- jsonlite::fromJSON("honest_did.json")
for (weights in list(c(1, 0), c(0.5, 0.5))) {
  print(HonestDiD::createSensitivityResults_relativeMagnitudes(
    betahat = numbers$coefficients, sigma = numbers$covariance, numPrePeriods = 5, numPostPeriods = 2,
    Mbarvec = seq(0, 2, by = 0.5), l_vec = weights))
}
print(HonestDiD::constructOriginalCS(
  betahat = numbers$coefficients, sigma = numbers$covariance, numPrePeriods = 5, numPostPeriods = 2, l_vec = c(0.5, 0.5)))
