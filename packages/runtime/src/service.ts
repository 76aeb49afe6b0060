import { type Env, type EnvReader, readAll, readEnv } from './env.ts'
import { Fault, messageOf } from './fault.ts'
import { startProbes } from './http/probes.ts'
import { createLogger, type LoggerConfig, readLoggerConfig } from './logger.ts'
import { createMetrics } from './metrics.ts'
import { readPlatformConfig } from './config.ts'
import { connectPlatform } from './platform.ts'
import type { Logger, Platform, Registry, Running, Scope } from './ports.ts'
import { runProcess } from './process.ts'

type ProcessConfig = Readonly<{ logger: LoggerConfig; shutdownDeadlineMs: number; probes: ProbeAddress | undefined }>
type ProbeAddress = Readonly<{ host: string; port: number }>

/** A wrong setting: what sysexits.h calls EX_CONFIG. An orchestrator that restarts us will not help. */
export const EXIT_CONFIG = 78

/**
 * The main of a service: reads the environment, connects the platform, wires, and stays up until told to stop.
 * Nothing is acquired before every setting has been found right. With METRICS_PORT set, /healthz, /readyz and
 * /metrics answer from the first moment; /readyz turns green once `wire` has returned and red with the first signal.
 */
export async function runService<C>(
  name: string,
  readConfig: (env: Env) => C,
  wire: (config: C, platform: Platform, scope: Scope) => Promise<Running | void>,
): Promise<void> {
  const configs = configure(() => readAll(process.env, [readProcessConfig, readPlatformConfig, readConfig]))
  const [own, platformConfig, config] = configs
  const logger = createLogger(name, own.logger)

  await runProcess({ name, logger, shutdownDeadlineMs: own.shutdownDeadlineMs }, async ({ scope, fatal }) => {
    const metrics = createMetrics()
    const progress = startProgress(scope)
    await offerProbes(own.probes, { scope, metrics, logger, progress })
    const platform = await connectPlatform(platformConfig, scope, { logger, metrics, fatal })
    progress.platform = platform
    progress.running = (await wire(config, platform, scope)) ?? undefined
    if (scope.signal.aborted) return
    progress.notReady = undefined
    logger.info({ mode: platform.mode }, 'Ready')
  })
}

type Progress = { platform: Platform | undefined; running: Running | undefined; notReady: string | undefined }

function startProgress(scope: Scope): Progress {
  const progress: Progress = { platform: undefined, running: undefined, notReady: 'starting' }
  scope.signal.addEventListener('abort', () => (progress.notReady = 'stopping'))
  return progress
}

type Offer = Readonly<{ scope: Scope; metrics: Registry; logger: Logger; progress: Progress }>

async function offerProbes(address: ProbeAddress | undefined, offer: Offer): Promise<void> {
  if (address === undefined) return
  const { scope, metrics, logger, progress } = offer
  const status = () => progress.running?.status() ?? {}
  const probes = await startProbes({
    ...address,
    metrics,
    notReady: () => progress.notReady ?? progress.platform?.notReady() ?? progress.running?.notReady?.(),
    status,
  })
  scope.adopt(probes, (held) => held.close())
  logger.info({ port: probes.port }, `Probes and metrics on http://${address.host}:${probes.port}/metrics`)
}

/** LOG_*, SHUTDOWN_DEADLINE in seconds (20), METRICS_PORT (off; 0 = any free one), PERENNIAL_HOST (127.0.0.1). */
export function readProcessConfig(env: Env): ProcessConfig {
  return readEnv(env, (from) => ({
    logger: readLoggerConfig(from),
    shutdownDeadlineMs: from.number('SHUTDOWN_DEADLINE', 20, { min: 0.1, max: 3_600 }) * 1_000,
    probes: probeAddress(from),
  }))
}

function probeAddress(from: EnvReader): ProbeAddress | undefined {
  if (from.optional('METRICS_PORT') === undefined) return undefined
  return {
    host: from.text('PERENNIAL_HOST', '127.0.0.1'),
    port: from.integer('METRICS_PORT', 0, { min: 0, max: 65_535 }),
  }
}

/** Runs `read`; wrong settings are printed for a person, and the process ends before it has touched anything. */
function configure<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'config') throw error
    process.stderr.write(`${messageOf(error)}\n`)
    process.exit(EXIT_CONFIG)
  }
}
