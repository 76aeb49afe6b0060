import { Fault } from '@perennial/runtime'

type Columns = Readonly<{ required: readonly string[]; optional: readonly string[]; example: string }>

/** What is wrong with the header of a file; undefined when nothing is. */
export function headerFault(file: string, found: readonly string[], columns: Columns): Fault | undefined {
  const missing = columns.required.filter((name) => !found.includes(name))
  const twice = found.filter((name, i) => name !== '' && found.indexOf(name) < i)
  if (missing.length === 0 && twice.length === 0) return undefined
  const problem =
    missing.length > 0
      ? `lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`
      : `has ${twice[0]} twice`
  return new Fault('history/header', `The header of ${file} ${problem}${hint(found)}. ${wanted(columns)}`)
}

function hint(found: readonly string[]): string {
  const [only = ''] = found
  const mark = found.length === 1 && [';', '\t', '|'].find((each) => only.includes(each))
  if (mark) return ` (its columns are separated by ${mark === '\t' ? 'tabs' : `'${mark}'`}; they must be by commas)`
  // Never shown: a first row without a header is about somebody.
  if (found.some((name) => /[@\d]/.test(name))) return ' (its first row has digits or an @: is the header missing?)'
  return ` (it has ${found.slice(0, 12).join(', ')}${found.length > 12 ? ', …' : ''})`
}

function wanted({ required, optional, example }: Columns): string {
  const named = optional.filter((name) => name !== '*')
  const more = optional.includes('*') ? ', then any others' : named.length > 0 ? `, optional ${named.join(', ')}` : ''
  return `It must have ${required.join(', ')}${more}. For example:\n${example}`
}
