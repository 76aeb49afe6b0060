/** What the kinds of message are called for members. */
const KINDS: Readonly<Record<string, string>> = {
  marketing: 'messages with news and invitations',
  service: 'messages about your membership',
}

function kindOf(purpose: string): string {
  return KINDS[purpose] ?? 'messages of this kind'
}

/** Asks once, for people; mail programs post at once. A form needs no script. */
export function askPage(purpose: string): string {
  return page(
    'No more messages?',
    `<p>You will get no more ${kindOf(purpose)} from us.</p>
<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">No more messages</button>
</form>`,
  )
}

export function donePage(purpose: string): string {
  return page(
    'Done',
    `<p>You will get no more ${kindOf(purpose)} from us. This holds from now on.</p>
<p>If you change your mind, tell the people of your association.</p>`,
  )
}

export function unknownPage(): string {
  return page(
    'This link does not work',
    `<p>Perhaps a part of it was lost on the way: open it from the message once more.</p>
<p>If it still does not work, answer the message, and people will see to it.</p>`,
  )
}

/** `body` is ours: nothing from outside goes into it. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body{margin:10vh auto;max-width:30em;padding:0 1em;font:1.1em/1.5 sans-serif}button{font:inherit;padding:.5em 1em}</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`
}
