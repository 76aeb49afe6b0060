import type { Vocabulary } from '@perennial/member'
import type { TopicPartition } from '@perennial/runtime'
import {
  type Intake,
  type SchemaById,
  SOURCE_NAMES,
  type SourceName,
  type SourceStream,
  STREAMS,
} from '@perennial/streams'
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

/** The intake is one for all partitions of a stream: each has code of its own, which takes time to become fast. */
type Stream = Readonly<{ name: SourceName; deadTopic: string; intake: Intake }>

/** The source partitions this process owns. */
export class Sources {
  readonly #deps: Deps
  readonly #streams: ReadonlyMap<string, Stream>
  readonly #owned = new Map<string, Owned>()

  constructor(deps: Deps) {
    this.#deps = deps
    const { byId } = deps.schemas
    this.#streams = new Map(SOURCE_NAMES.map((name) => [STREAMS[name].topic, streamOf(STREAMS[name], byId)]))
  }

  get topics(): readonly string[] {
    return [...this.#streams.keys()]
  }

  /** Takes the partition over, knowing nothing of it yet. */
  own(tp: TopicPartition): Owned {
    const stream = this.#streams.get(tp.topic)
    if (stream === undefined) throw new Error(`${tp.topic} is no source topic.`)
    const { config, vocabulary, hashEmail } = this.#deps
    const { maxFutureMs, badShare, deadSchemaIds } = config
    const partition = new SourcePartition(stream.name, tp.partition, {
      intake: stream.intake,
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

function streamOf({ name, deadTopic, intake }: SourceStream<SourceName>, schemaById: SchemaById): Stream {
  return { name, deadTopic, intake: intake(schemaById) }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
