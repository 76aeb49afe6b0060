/** It writes to the log that the deployment runs on: there is nothing to set up. */
export function isSetUp(): boolean {
  return true
}

/** Of an attempt, in ms. What is stored later than this is sent again under the same id. */
export const TIMEOUT_MS = 30_000
