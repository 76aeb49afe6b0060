export { type Calibration, calibrated, type Isotonic, type Platt, UNCALIBRATED, uncalibrated } from './calibration.ts'
export { MOST_DEPTH, type Tree } from './tree.ts'
