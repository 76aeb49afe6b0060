import fc from 'fast-check'

// Elsewhere every run looks at other cases; a change must not fail in CI by chance, so there they are always the same.
// To repeat a run that failed: FC_SEED=<the seed it printed> npm test -- <file>
const seed = process.env['FC_SEED'] ?? (process.env['CI'] === undefined ? undefined : '1')
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) })
