import { analyzeSync } from 'liquidjs'
import { shifted, type Template } from './parse-template.ts'
import { type Position, positionAt, type TemplateProblem } from './problem.ts'
import { renderMessage } from './render-message.ts'
import { SAMPLE_VALUES, type TemplateValues, type VariableName, VARIABLES } from './variables.ts'

export type UsedVariable = Readonly<{ path: string; segments: readonly unknown[]; at: Position }>

/** Every variable that the template takes from outside, each time it does. */
export function variablesOf({ file, subject, body }: Template): UsedVariable[] {
  return [subject, body].flatMap(({ parsed, begins }) =>
    Object.values(analyzeSync([...parsed], { partials: false }).globals)
      .flat()
      .map((variable) => ({
        path: String(variable),
        segments: variable.segments,
        at: shifted(begins, variable.location.row, variable.location.col),
        file,
      })),
  )
}

/** All that is wrong with a template. `links`: the addresses that the settings name. */
export function checkTemplate(template: Template, links: Readonly<Record<string, string>>): TemplateProblem[] {
  const { file } = template
  const unknown = variablesOf(template).flatMap(({ at, path, segments }) => {
    const reason = problemOf(path, segments, links)
    return reason === undefined ? [] : [{ file, ...at, reason }]
  })
  // What is not there at all would be reported once more as missing.
  return unknown.length > 0 ? unknown : triedProblems(template, { ...SAMPLE_VALUES, links })
}

/** Of a list, Liquid gives these besides a place in it. */
const OF_A_LIST = ['first', 'last', 'size']

function problemOf(path: string, segments: readonly unknown[], links: object): string | undefined {
  const [name, detail, ...more] = segments
  if (typeof name !== 'string' || !Object.hasOwn(VARIABLES, name)) {
    const known = Object.keys(VARIABLES).join(', ')
    return `there is no variable '${path}'. There are: ${known}. Names of members are not held here`
  }
  if (name === 'links') return linkProblem(detail, more, links)
  if (detail === undefined) return undefined
  const inList = typeof detail === 'number' || (typeof detail === 'string' && OF_A_LIST.includes(detail))
  return name === 'reasons' && inList && more.length === 0 ? undefined : `there is no '${path}'`
}

function linkProblem(name: unknown, more: readonly unknown[], links: object): string | undefined {
  if (typeof name !== 'string' || more.length > 0) return 'a link is named like this: links.renew'
  if (Object.hasOwn(links, name)) return undefined
  return `there is no link '${name}'. Example: EMAIL_LINKS=${name}=https://association.example/${name}`
}

/** Renders with all that may be known, then without each of what may not be. */
function triedProblems(template: Template, all: TemplateValues): TemplateProblem[] {
  const { file, body } = template
  const full = renderMessage(template, all)
  if (full.kind === 'wrong') return [full.problem]
  const problems: TemplateProblem[] = full.unfit.map(({ raw, reason }) => {
    const { line, column } = positionAt(body.source, body.source.indexOf(raw.trim()))
    return { file, ...shifted(body.begins, line, column), reason }
  })
  if (full.message.subject === '') problems.push({ file, ...template.subject.begins, reason: 'the subject is empty' })
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    if (!VARIABLES[name].optional) continue
    const without = renderMessage(template, { ...all, [name]: undefined })
    if (without.kind === 'ok') continue
    const reason = `'${name}' is not known of every member: write {% if ${name} %} … {% endif %} around it`
    problems.push({ ...without.problem, reason })
  }
  return problems
}
