import type { Vocabulary } from '@perennial/member'
import type { TopicPartition } from '@perennial/runtime'
import { SOURCE_NAMES, type SourceName, type SourceStream, STREAMS } from '@perennial/streams'
import type { IngestConfig } from './config.ts'
import type { SchemaCache } from './schema-cache.ts'
import { SourcePartition } from './source-partition.ts'
import type { Place } from './telemetry.ts'

/** A source partition while this process owns it. */
export type Owned = Place & Readonly<{ deadTopic: string; partition: SourcePartition }>

type Deps = Readonly<{
  config: IngestConfig
  schemas: SchemaCache
  vocabulary: Vocabulary
  hashEmail(address: string): string
}>

/** The source partitions this process owns. */
export class Sources {
  readonly #deps: Deps
  readonly #streams: ReadonlyMap<string, SourceStream<SourceName>>
  readonly #owned = new Map<string, Owned>()

  constructor(deps: Deps) {
    this.#deps = deps
    this.#streams = new Map(SOURCE_NAMES.map((name) => [STREAMS[name].topic, STREAMS[name]]))
  }

  get topics(): readonly string[] {
    return [...this.#streams.keys()]
  }

  /** Takes the partition over, knowing nothing of it yet. */
  own(tp: TopicPartition): Owned {
    const stream = this.#streams.get(tp.topic)
    if (stream === undefined) throw new Error(`${tp.topic} is no source topic.`)
    const { config, schemas, vocabulary, hashEmail } = this.#deps
    const { maxFutureMs, badShare, deadSchemaIds } = config
    const partition = new SourcePartition(stream.name, tp.partition, {
      intake: stream.intake(schemas.byId),
      hashEmail,
      vocabulary,
      maxFutureMs,
      badShare,
      givenUp: deadSchemaIds,
    })
    const owned = { tp, stream: stream.name, deadTopic: stream.deadTopic, partition }
    this.#owned.set(keyOf(tp), owned)
    return owned
  }

  get(tp: TopicPartition): Owned {
    return this.#owned.get(keyOf(tp)) ?? this.own(tp)
  }

  disown(tp: TopicPartition): Owned | undefined {
    const owned = this.#owned.get(keyOf(tp))
    this.#owned.delete(keyOf(tp))
    return owned
  }

  all(): readonly Owned[] {
    return [...this.#owned.values()]
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
