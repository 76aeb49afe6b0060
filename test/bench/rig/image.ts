import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const DOCKERFILE = join(import.meta.dirname, '..', '..', '..', 'deploy', 'Dockerfile')

/** What our image gives to the `node` of a service, so that what is measured is what is shipped. */
export function imageNodeArgs(): string[] {
  const bounds = /^ENV NODE_HEAP="([^"]+)"$/m.exec(readFileSync(DOCKERFILE, 'utf8'))?.[1]
  if (bounds === undefined) throw new Error(`${DOCKERFILE} sets no NODE_HEAP.`)
  return bounds.split(' ')
}
