import { expect, test } from 'vitest'
import { checkTemplate, variablesOf } from './check-template.ts'
import { parseTemplate } from './parse-template.ts'

const links = { renew: 'https://association.example/renew' }

function parsed(body: string, subject = 'x') {
  const { template, problems } = parseTemplate({ file: 't.md', text: `---\nsubject: '${subject}'\n---\n${body}` })
  if (template === undefined) throw new Error(problems[0]?.reason)
  return template
}

const problems = (body: string, subject?: string) =>
  checkTemplate(parsed(body, subject), links).map(({ line, column, reason }) => `${line}:${column} ${reason}`)

test('the variables of a template are listed, each with its place', () => {
  const template = parsed(
    'Dear {{ tier }},\n{% for r in reasons %}{{ r }}{% endfor %}\n{{ links.renew }}',
    '{{ memberId }}',
  )
  expect(variablesOf(template).map(({ path, at }) => `${at.line}:${at.column} ${path}`)).toEqual([
    '2:14 memberId',
    '4:9 tier',
    '5:13 reasons',
    '6:4 links.renew',
  ])
})

test('a name is not held, and that is said where it is asked for', () => {
  expect(problems('\nDear {{ member.firstName }},')).toEqual([
    "5:9 there is no variable 'member.firstName'. There are: memberId, tier, chapter, termEnd, daysLeft, reasons, owner, " +
      'playbook, association, links. Names of members are not held here',
  ])
})

test.each([
  [
    'a variable that may be missing, relied upon',
    'a {{ chapter }}',
    "4:6 'chapter' is not known of every member: write {% if chapter %} … {% endif %} around it",
  ],
  ['relied upon in one branch', '{% if tier %}{{ chapter }}{% endif %}', "4:17 'chapter' is not known"],
  ['relied upon in the subject', 'x', "2:14 'termEnd' is not known of every member", '{{ termEnd }}'],
  [
    'a link that the settings do not name',
    '[x]({{ links.donate }})',
    "4:8 there is no link 'donate'. Example: EMAIL_LINKS=donate=https://",
  ],
  ['a link by a name that is computed', '{{ links[tier] }}', '4:4 a link is named like this: links.renew'],
  ['a part that is not there', '{{ memberId.first }}', "4:4 there is no 'memberId.first'"],
  ['a typing error in a condition', '{% if chaptr %}x{% endif %}', "4:7 there is no variable 'chaptr'"],
  ['an image', 'a\n\n![x](https://x.example/p.gif)', '6:1 images are not sent'],
  ['HTML', 'a <b>x</b>', '4:3 HTML is not kept'],
  [
    'a link that runs a program',
    '[x](javascript:alert(1))',
    "4:1 'javascript:alert(1)' is no https:// or mailto: address",
  ],
  ['a subject of nothing', 'x', '2:11 the subject is empty', '{% if false %}x{% endif %}'],
])('%s is refused with its place', (_, body, expected, subject = 'x') => {
  expect(problems(body, subject).join('\n')).toContain(expected)
})

test('a variable that may be missing may be asked for, or given a word in its place', () => {
  expect(problems('{% if chapter %}{{ chapter }}{% endif %} {{ tier | default: "member" }}')).toEqual([])
  expect(problems('{% if reasons.size > 0 %}{{ reasons.first }}, {{ reasons[0] }}{% endif %}')).toEqual([])
})
