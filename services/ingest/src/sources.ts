import type { Vocabulary } from '@perennial/member'
import { type TopicPartition, tpKey } from '@perennial/runtime'
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
    const { name, deadTopic } = this.#streamOf(tp)
    const partition = this.#partition(tp, this.#deps.config.badShare)
    const owned = { tp, stream: name, deadTopic, partition }
    this.#owned.set(tpKey(tp), owned)
    return owned
  }

  /** Judges the records of the partition as its owner does, knows nothing of them yet, and never stops. */
  scout(tp: TopicPartition): SourcePartition {
    return this.#partition(tp, 1)
  }

  get(tp: TopicPartition): Owned {
    return this.#owned.get(tpKey(tp)) ?? this.own(tp)
  }

  disown(tp: TopicPartition): Owned | undefined {
    const owned = this.#owned.get(tpKey(tp))
    this.#owned.delete(tpKey(tp))
    return owned
  }

  all(): readonly Owned[] {
    return [...this.#owned.values()]
  }

  #partition(tp: TopicPartition, badShare: number): SourcePartition {
    const { name, intake } = this.#streamOf(tp)
    const { config, vocabulary, hashEmail } = this.#deps
    const { maxFutureMs, deadSchemaIds: givenUp } = config
    return new SourcePartition(name, tp.partition, { intake, hashEmail, vocabulary, maxFutureMs, badShare, givenUp })
  }

  #streamOf({ topic }: TopicPartition): Stream {
    const stream = this.#streams.get(topic)
    if (stream === undefined) throw new Error(`${topic} is no source topic.`)
    return stream
  }
}

function streamOf({ name, deadTopic, intake }: SourceStream<SourceName>, schemaById: SchemaById): Stream {
  return { name, deadTopic, intake: intake(schemaById) }
}
