/** What can be left out of the services. */
export type Break = 'caps' | 'consent' | 'ledger' | 'quiet-hours'

type Change = Readonly<{ file: string; from: string; to: string }>

/** By what is left out: which text of which source becomes which. */
export const CHANGES: Readonly<Record<Break, readonly Change[]>> = {
  caps: [
    {
      file: '/packages/playbooks/src/policy.ts',
      from: 'return cap === undefined ? general : [...general, cap]',
      to: 'return []',
    },
  ],
  consent: [gateOff('consent', 'consent')],
  ledger: [
    gateOff('already-contacted', 'alreadyContacted'),
    {
      file: '/packages/runtime/src/ledger/contact-scripts.ts',
      from: 'if before and not isFree(before) then',
      to: 'if false then',
    },
    {
      file: '/services/dispatcher/src/look.ts',
      from: 'if (contact === undefined || isFree(contact)) return true',
      to: 'if (contact !== null) return true',
    },
  ],
  'quiet-hours': [
    {
      file: '/packages/playbooks/src/decide.ts',
      from: 'if (quiet !== undefined) planned =',
      to: 'if (quiet === null) planned =',
    },
  ],
}

function gateOff(file: string, name: string): Change {
  return {
    file: `/packages/playbooks/src/gates/${file}.ts`,
    from: `export const ${name}: Gate = `,
    to: `export const ${name}: Gate = () => PASS\nexport const unused: Gate = `,
  }
}
