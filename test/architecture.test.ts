import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findings, readTree, type Tree } from './architecture.ts'

const ROOT = join(import.meta.dirname, '..')

test('every package imports only what the table allows it', () => {
  expect(findings(readTree(ROOT))).toEqual([])
})

test('the top level holds these and nothing else', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')
  const names = new Set(tracked.map((path) => path.split('/')[0] ?? '').filter((name) => !name.startsWith('.')))
  const allowed = 'services packages schemas deploy test docs package.json pnpm-workspace.yaml pnpm-lock.yaml'
  const documents = 'tsconfig.base.json README.md LICENSE CONTRIBUTING.md CHANGELOG.md'
  expect([...names].filter((name) => !`${allowed} ${documents}`.split(' ').includes(name))).toEqual([])
})

/** A tree with one package, sound but for what the case adds. */
function tree(folder: string, manifest: object, sources: Tree): Tree {
  const name = `@perennial/${folder.split('/')[1]}`
  const base = { name, exports: { '.': './src/index.ts' } }
  return {
    [`${folder}/package.json`]: JSON.stringify({ ...base, ...manifest }),
    ...Object.fromEntries(Object.entries(sources).map(([path, text]) => [`${folder}/${path}`, text])),
  }
}

test.each<[string, Tree]>([
  [
    'a pure package and its allowed import',
    tree('packages/risk', {}, { 'src/a.ts': "import { x } from '@perennial/member'" }),
  ],
  [
    'a test with its tools',
    tree('packages/risk', {}, { 'src/a.test.ts': "import { test } from 'vitest'\nimport 'node:fs'" }),
  ],
  [
    'a shared suite in a test',
    tree('packages/runtime', {}, { 'src/a.int.test.ts': "import { x } from '../../../test/contract/x.ts'" }),
  ],
  [
    'test support of an allowed package',
    tree('packages/risk', {}, { 'src/a.test.ts': "import { x } from '@perennial/member/testing'" }),
  ],
  ['a name in a comment', tree('packages/risk', {}, { 'src/a.ts': "// import { x } from 'kafkajs'" })],
  ['a schema as data', tree('packages/streams', {}, { 'src/a.ts': "import s from '../../../schemas/x/v1.json'" })],
])('finds nothing wrong with %s', (_, sound) => {
  expect(findings(sound)).toEqual([])
})

test.each<[string, Tree, string]>([
  [
    'an import upwards',
    tree('packages/member', {}, { 'src/a.ts': "import { x } from '@perennial/risk'" }),
    'imports @perennial/risk',
  ],
  [
    'a type-only import upwards',
    tree('packages/member', {}, { 'src/a.ts': "import type { X } from '@perennial/risk'" }),
    'imports @perennial/risk',
  ],
  [
    'an import over several lines',
    tree('packages/member', {}, { 'src/a.ts': "import {\n  x,\n  y,\n} from '@perennial/risk'" }),
    'imports @perennial/risk',
  ],
  [
    'a dynamic import',
    tree('packages/member', {}, { 'src/a.ts': "const x = await import('@perennial/risk')" }),
    'imports @perennial/risk',
  ],
  [
    'a re-export',
    tree('packages/member', {}, { 'src/a.ts': "export { x } from '@perennial/risk'" }),
    'imports @perennial/risk',
  ],
  ['an import for its effect', tree('packages/member', {}, { 'src/a.ts': "import 'yaml'" }), 'imports yaml'],
  [
    'Node in a pure package',
    tree('packages/engine', {}, { 'src/a.ts': "import { readFileSync } from 'node:fs'" }),
    'imports node:fs',
  ],
  [
    'a client outside runtime',
    tree('services/ingest', {}, { 'src/a.ts': "import { Kafka } from 'kafkajs'" }),
    'imports kafkajs',
  ],
  [
    'a service in a service',
    tree('services/ingest', {}, { 'src/a.ts': "import { x } from '@perennial/scoring'" }),
    'imports @perennial/scoring',
  ],
  [
    'a way round by a relative path',
    tree('packages/risk', {}, { 'src/a.ts': "import { x } from '../../runtime/src/env.ts'" }),
    'imports ../../runtime/src/env.ts',
  ],
  [
    'a shared suite in what ships',
    tree('packages/runtime', {}, { 'src/a.ts': "import { x } from '../../../test/contract/x.ts'" }),
    'imports ../../../test/contract/x.ts',
  ],
  [
    'a deep import',
    tree('packages/risk', {}, { 'src/a.ts': "import { x } from '@perennial/member/src/fold.ts'" }),
    'imports @perennial/member/src/fold.ts',
  ],
  [
    'test doubles in what ships',
    tree('services/api', {}, { 'src/a.ts': "import { x } from '@perennial/testkit'" }),
    'imports @perennial/testkit',
  ],
  [
    'a declared dependency',
    tree('packages/features', { dependencies: { '@perennial/runtime': '*' } }, {}),
    'declares @perennial/runtime',
  ],
  [
    'a declared test dependency',
    tree('packages/features', { devDependencies: { kafkajs: '*' } }, {}),
    'declares kafkajs',
  ],
  [
    'a second way in',
    tree('packages/member', { exports: { '.': './src/index.ts', './fold': './src/fold.ts' } }, {}),
    'exports more',
  ],
  ['another name', tree('packages/member', { name: 'member' }, {}), 'is not named @perennial/member'],
  [
    'a wholesale re-export',
    tree('packages/member', {}, { 'src/a.ts': "export * from './b.ts'" }),
    're-exports everything',
  ],
  ['an unknown package', tree('packages/utils', {}, {}), 'is not in the import table'],
])('reports %s', (_, unsound, finding) => {
  expect(findings(unsound)).toEqual([expect.stringContaining(finding)])
})
