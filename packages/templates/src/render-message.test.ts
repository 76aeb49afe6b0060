import { expect, test } from 'vitest'
import { parseTemplate } from './parse-template.ts'
import { renderMessage } from './render-message.ts'
import { SAMPLE_VALUES, type TemplateValues } from './variables.ts'

const links = { renew: 'https://x.example/r_e-n(e)w?a=1&b=*2*#top' }

function render(body: string, changes: Partial<TemplateValues> = {}, subject = 'x') {
  const { template } = parseTemplate({ file: 't.md', text: `---\nsubject: '${subject}'\n---\n${body}` })
  return renderMessage(template!, { ...SAMPLE_VALUES, links, ...changes })
}

function message(...args: Parameters<typeof render>) {
  const rendered = render(...args)
  if (rendered.kind !== 'ok') throw new Error(rendered.problem.reason)
  return rendered.message
}

test('text and HTML say the same words', () => {
  const body =
    '# Hello\n\nDear *member* of **us**,  \nread [this]({{ links.renew }}).\n\n- one\n- two\n\n1. a\n2. b\n\n> said\n\n---\n\nBye'
  const { text, html } = message(body)
  expect(text).toBe(
    `Hello\n\nDear member of us,\nread this (${links.renew}).\n\n- one\n- two\n\n1. a\n2. b\n\n> said\n\n---\n\nBye`,
  )
  expect(html).toBe(
    [
      '<h1>Hello</h1>',
      '<p>Dear <em>member</em> of <strong>us</strong>,<br>',
      `read <a href="${links.renew.replace('&', '&amp;')}">this</a>.</p>`,
      '<ul>\n<li>one</li>\n<li>two</li>\n</ul>',
      '<ol start="1">\n<li>a</li>\n<li>b</li>\n</ol>',
      '<blockquote>\n<p>said</p>\n</blockquote>',
      '<hr>',
      '<p>Bye</p>',
    ].join('\n'),
  )
})

const HOSTILE = [
  '[x](https://evil.example)',
  '<b>&amp;</b>',
  '*a* _b_ `c` # d',
  '1. e',
  'f\n\n# g',
  '![](h)',
  '{{ memberId }}',
  '\\[x\\](y)',
]

test.each(HOSTILE)('a value is a value and never markup: %j', (tier) => {
  const { text, html } = message('a {{ tier }} z', { tier })
  const words = tier.replaceAll(/\s+/g, ' ')
  expect(text).toBe(`a ${words} z`)
  const bare = html.replaceAll(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '')
  expect(bare).toBe(`<p>a ${words} z</p>`)
})

test('a subject is one line of plain text', () => {
  expect(message('x', { tier: 'a*b\r\nBcc: c@d.example' }, 'For {{ tier }}').subject).toBe('For a*b Bcc: c@d.example')
})

test('a list is written with commas', () => {
  expect(message('{{ reasons }}').text).toBe('no visit for 100 days, no event for 150 days')
})

test('what is not known of a member is an error with its place, not an empty greeting', () => {
  expect(render('Dear member,\nof {{ chapter }}', { chapter: undefined })).toEqual({
    kind: 'wrong',
    problem: { file: 't.md', line: 5, column: 7, reason: 'undefined variable: chapter' },
  })
})

test('a loop without end is ended', () => {
  const { kind } = render('{% for a in (1..9000) %}{% for b in (1..9000) %}{{ a }}{% endfor %}{% endfor %}')
  expect(kind).toBe('wrong')
})
