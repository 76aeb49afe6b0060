/** The rules that lower trust, by name: they are metric labels. */
export type TrustRule =
  | 'provider-flag'
  | 'apple-mail-privacy'
  | 'image-proxy-prefetch'
  | 'image-proxy'
  | 'open-at-delivery'
  | 'no-user-agent'
  | 'head-request'
  | 'security-scanner'
  | 'many-links-at-once'
  | 'click-at-delivery'
  | 'automated-browser'
  | 'robot'

/** How sure we are that a person did it, 0 to 1, and the rule that says why not. */
export type Trust = Readonly<{ trust: number; rule: TrustRule | undefined }>

/** Nothing speaks against a person. */
export const PERSON: Trust = { trust: 1, rule: undefined }
