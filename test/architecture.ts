import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** Text of a source tree, by path from its root. */
export type Tree = Readonly<Record<string, string>>

type Allowed = Readonly<{
  /** Packages of ours. */
  own: readonly string[]
  /** Packages of others; left out: all but those that KEPT names. */
  foreign?: readonly string[]
}>

const PACKAGES = [
  'member',
  'streams',
  'features',
  'predictors',
  'priors',
  'risk',
  'engine',
  'playbooks',
  'effect',
  'templates',
  'channels',
  'runtime',
  'deployment',
  'recall',
  'reporting',
  'erasure',
  'history',
  'learning',
  'training',
  'testkit',
]
const SERVICES = ['ingest', 'scoring', 'dispatcher', 'outreach', 'api', 'cli']
const FOR_SERVICES = PACKAGES.filter((name) => name !== 'testkit')

/** Who may import whom. A package may import those it names, never more. */
const TABLE: Readonly<Record<string, Allowed>> = {
  'packages/member': { own: [], foreign: [] },
  'packages/streams': { own: ['member'], foreign: ['avsc'] },
  'packages/features': { own: ['member'], foreign: [] },
  'packages/priors': { own: [], foreign: [] },
  'packages/predictors': { own: [], foreign: [] },
  'packages/risk': { own: ['features', 'member', 'predictors', 'priors'], foreign: [] },
  'packages/engine': { own: ['member', 'features', 'risk'], foreign: [] },
  'packages/playbooks': { own: ['effect', 'member', 'risk'], foreign: ['yaml'] },
  'packages/effect': { own: ['member'], foreign: [] },
  'packages/templates': { own: [], foreign: ['liquidjs', 'marked', 'yaml'] },
  'packages/runtime': { own: ['streams', 'member'] },
  'packages/deployment': { own: ['channels', 'member', 'playbooks', 'risk', 'runtime', 'templates'] },
  'packages/recall': { own: ['member', 'playbooks', 'runtime', 'streams'] },
  'packages/erasure': { own: ['member', 'runtime', 'streams'] },
  'packages/reporting': {
    own: ['effect', 'features', 'member', 'playbooks', 'risk', 'runtime', 'streams', 'templates'],
  },
  'packages/channels': { own: ['playbooks', 'runtime', 'streams', 'templates'] },
  'packages/history': { own: ['member', 'streams', 'features', 'risk', 'runtime'] },
  'packages/learning': { own: ['predictors'], foreign: [] },
  'packages/training': {
    own: ['member', 'features', 'predictors', 'priors', 'risk', 'history', 'learning', 'runtime'],
  },
  'packages/testkit': { own: FOR_SERVICES },
  ...Object.fromEntries(SERVICES.map((name) => [`services/${name}`, { own: FOR_SERVICES }])),
  // The one service that composes the others into a single process.
  'services/cli': { own: [...FOR_SERVICES, ...SERVICES.filter((name) => name !== 'cli')] },
}

/** Packages of others that only these places may import. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['kafkajs', '@confluentinc/schemaregistry', 'ioredis', 'bullmq', 'pino', 'pino-pretty', 'prom-client'].map(
      (name) => [name, ['packages/runtime']],
    ),
  ),
  fastify: ['packages/runtime', 'services/api'],
  commander: ['services/cli'],
  nodemailer: ['packages/channels'],
}

type Manifest = { name?: string; dependencies?: object; devDependencies?: object; exports?: Record<string, string> }

/** The ways into a package; the second is for the tests of others. */
const EXPORTS: Readonly<Record<string, RegExp>> = { '.': /^\.\/src\/index\.ts$/, './testing': /^\.\/src\/testing\// }

const TEST_CODE = /\.(test|fixture|contract|features)\.ts$|\/(testing|scripts)\//

const TEST_TOOLS = ['vitest', 'vitest/node', 'fast-check']

/** Folders outside every package that code may import data from, and those that only tests may look into. */
const SHARED_DATA = ['schemas/']
const SHARED_TESTS = ['test/contract/']

/**
 * Everything in this tree that goes against the table: what the manifests declare and what the sources really import.
 * One sentence a finding; an empty list is a sound house.
 */
export function findings(tree: Tree): string[] {
  const paths = Object.keys(tree)
  const folders = new Set(paths.filter((path) => path.endsWith('/package.json')).map((path) => dirname(path)))
  return [...folders].flatMap((folder) => {
    const allowed = TABLE[folder]
    if (allowed === undefined) return [`${folder} is not in the import table of test/architecture.ts`]
    const sources = paths.filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.ts'))
    return [
      ...manifestFindings(folder, allowed, tree[`${folder}/package.json`] ?? '{}'),
      ...sources.flatMap((path) => sourceFindings(folder, allowed, path, tree[path] ?? '')),
    ]
  })
}

function manifestFindings(folder: string, allowed: Allowed, text: string): string[] {
  const manifest: Manifest = JSON.parse(text)
  const shipped = Object.keys(manifest.dependencies ?? {}).filter((name) => !mayImport(folder, allowed, name))
  const forTests = Object.keys(manifest.devDependencies ?? {}).filter((name) => !mayTest(folder, allowed, name))
  const findings = [...shipped, ...forTests].map((name) => `${folder}/package.json declares ${name}`)
  const name = `@perennial/${folder.split('/')[1]}`
  if (manifest.name !== name) findings.push(`${folder}/package.json is not named ${name}`)
  const ways = Object.entries(manifest.exports ?? {}).filter(([way, file]) => EXPORTS[way]?.test(file) !== true)
  if (ways.length > 0) findings.push(`${folder}/package.json exports more, or something else, than src/index.ts`)
  return findings
}

function sourceFindings(folder: string, allowed: Allowed, path: string, text: string): string[] {
  const isTest = TEST_CODE.test(path)
  const wrong = imports(text).filter((name) => {
    if (name.startsWith('.'))
      return leaves(folder, path, name, isTest ? [...SHARED_DATA, ...SHARED_TESTS] : SHARED_DATA)
    if (name.startsWith('node:')) return allowed.foreign !== undefined && !isTest
    return isTest || folder === 'packages/testkit' ? !mayTest(folder, allowed, name) : !mayImport(folder, allowed, name)
  })
  const findings = wrong.map((name) => `${path} imports ${name}`)
  if (/^export \*/m.test(text)) findings.push(`${path} re-exports everything of a file: name what is public`)
  return findings
}

function mayImport(folder: string, allowed: Allowed, name: string): boolean {
  if (name.startsWith('@perennial/')) return allowed.own.includes(name.slice('@perennial/'.length))
  const keepers = KEPT[name]
  if (keepers !== undefined) return keepers.includes(folder)
  return !TEST_TOOLS.includes(name) && (allowed.foreign === undefined || allowed.foreign.includes(name))
}

/** Tests and scripts do not ship: tools are free to them, other packages of ours only with their test support. */
function mayTest(folder: string, allowed: Allowed, name: string): boolean {
  if (name === '@perennial/testkit') return true
  if (name.startsWith('@perennial/')) return mayImport(folder, allowed, name.replace(/\/testing$/, ''))
  return KEPT[name] === undefined || mayImport(folder, allowed, name)
}

/** A relative path is for the package's own files. */
function leaves(folder: string, path: string, name: string, shared: readonly string[]): boolean {
  const target = normalize(join(dirname(path), name))
  return !target.startsWith(`${folder}/`) && !shared.some((other) => target.startsWith(other))
}

/** The module names of static and dynamic imports and of re-exports. */
function imports(text: string): string[] {
  const pattern = /(?:^|[\s;}])(?:import|export)\s*(?:[\w*{][^'"`;]*?\sfrom\s*)?\(?\s*'([^'\n]+)'/gm
  return [...withoutComments(text).matchAll(pattern)].map((match) => match[1] ?? '')
}

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')

/** The packages and services of this repository. */
export function readTree(root: string): Tree {
  const entries = ['packages', 'services'].flatMap((folder) => files(root, folder))
  return Object.fromEntries(entries.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

function files(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : files(root, path)
    return /(\.ts|\/package\.json)$/.test(path) ? [path] : []
  })
}
