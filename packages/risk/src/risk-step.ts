/** A risk that moved less than this since it was last made known is not made known again. */
export const RISK_STEP = 0.05
