/** It tells whom the alerts list knows, and needs no settings. */
export function isSetUp(): boolean {
  return true
}
