/**
 * What a template may say of a member. There is no name among it: Perennial holds member numbers, no names, so a
 * greeting is by the membership ("Dear member"), and never "Hello ,".
 */
export type TemplateValues = Readonly<{
  memberId: string
  /** Kind of membership. */
  tier: string | undefined
  chapter: string | undefined
  /** Last day of the current term in words, in the member's time zone. Undefined: no term is known. */
  termEnd: string | undefined
  /** Whole days until then; undefined once it has passed. */
  daysLeft: number | undefined
  /** Why the member may lapse, in words. */
  reasons: readonly string[]
  /** Who acts on it, as the play says. */
  owner: string | undefined
  playbook: string
  /** The association's name, as members see it as sender. */
  association: string
  /** Addresses that the settings name. */
  links: Readonly<Record<string, string>>
}>

export type VariableName = keyof TemplateValues

type Variable = Readonly<{
  /** Not known of everybody: a template asks first. */
  optional: boolean
  meaning: string
}>

export const VARIABLES: Readonly<Record<VariableName, Variable>> = {
  memberId: { optional: false, meaning: 'the member number' },
  tier: { optional: true, meaning: "kind of membership, such as 'student'" },
  chapter: { optional: true, meaning: 'chapter or section' },
  termEnd: { optional: true, meaning: "last day of the term, such as '22 January 2027'" },
  daysLeft: { optional: true, meaning: 'whole days until then; absent once it has passed' },
  reasons: { optional: false, meaning: 'why the member may lapse, in words: a list, which may be empty' },
  owner: { optional: true, meaning: 'who acts on it, as the play says' },
  playbook: { optional: false, meaning: 'name of the play' },
  association: { optional: false, meaning: "the association's name, from EMAIL_FROM" },
  links: { optional: false, meaning: 'addresses by name, from EMAIL_LINKS: links.renew' },
}

/** Values to try a template with. */
export const SAMPLE_VALUES: Omit<TemplateValues, 'links'> = {
  memberId: 'M-17',
  tier: 'individual',
  chapter: 'Berlin',
  termEnd: '22 January 2027',
  daysLeft: 60,
  reasons: ['no visit for 100 days', 'no event for 150 days'],
  owner: 'membership-ops',
  playbook: 'renewal-series',
  association: 'Sample Association',
}
