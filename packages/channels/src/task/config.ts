/** The alerts list needs no settings: it is there wherever outreach is. */
export function isSetUp(): boolean {
  return true
}
