import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { asMarkdown, messageOfMarkdown } from './markdown-message.ts'

test('text and HTML are made from the same words', () => {
  const { subject, text, html } = messageOfMarkdown('Two', '## Alerts\n\n- **M-1** *now*')
  expect([subject, text, html]).toEqual([
    'Two',
    'Alerts\n\n- M-1 now',
    '<h2>Alerts</h2>\n<ul>\n<li><strong>M-1</strong> <em>now</em></li>\n</ul>',
  ])
})

test('what no message holds is refused', () => {
  expect(() => messageOfMarkdown('Two', '![x](https://a.example)')).toThrow('images are not sent')
})

test('plain words stay as they are', () => {
  const plain = 'Helps. Of 4,000 members (12.5 %), 84 % renewed - so far; why: win-back, re-engagement!'
  expect(asMarkdown(plain)).toBe(plain)
})

test('no value becomes markup, wherever it stands, and every one is told as it is', () => {
  const nasty = fc.string({ unit: fc.constantFrom(...'ab1 -+#=.)(![]<>&*_~`|\\:/"\''.split('')) })
  fc.assert(
    fc.property(nasty, (value) => {
      const words = value.replaceAll(/\s+/g, ' ').trim()
      fc.pre(words !== '')
      const { text, html } = messageOfMarkdown('x', `- ${asMarkdown(value)}\n- so: **${asMarkdown(`a${value}a`)}** end`)
      expect(text).toBe(`- ${words}\n- so: a${value.replaceAll(/\s+/g, ' ')}a end`)
      expect(html.match(/<[a-z]+/g)).toEqual(['<ul', '<li', '<li', '<strong'])
    }),
    { numRuns: 500 },
  )
})
