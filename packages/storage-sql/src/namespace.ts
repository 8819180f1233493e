// Where our tables are in a database that has others too: in a schema, behind a prefix, or both. Queries are written as if
// neither were there.
import {
  IdentifierNode,
  OperationNodeTransformer,
  SchemableIdentifierNode,
  TableNode,
  type AddIndexNode,
  type CreateIndexNode,
  type KyselyPlugin,
  type OperationNode,
  type PrimaryKeyConstraintNode,
  type QueryId,
  type ReferenceNode,
  type SelectModifierNode,
  type UniqueConstraintNode,
} from 'kysely'
import { TranscriptionError } from '@ytscriptify/core'
import type { Tables } from './schema.ts'

export interface Namespace {
  /** The schema that the tables are in. @default whichever the connection finds them in */
  readonly schema?: string
  /** What their names begin with, those of their indexes included: `yt_`. @default nothing */
  readonly tablePrefix?: string
}

const TABLES: Readonly<Record<keyof Tables, true>> = {
  jobs: true,
  transcripts: true,
  deliveries: true,
  delivery_attempts: true,
  gates: true,
  workers: true,
  ytscriptify_migrations: true,
}

/** The names of all tables, as the database knows them. */
export const tableNamesIn = ({ tablePrefix = '' }: Namespace): readonly string[] =>
  Object.keys(TABLES).map((name) => tablePrefix + name)

/**
 * The longest prefix: with it the longest name of an index has 63 bytes, which is what PostgreSQL keeps of a name.
 * https://www.postgresql.org/docs/current/limits.html
 */
const MAX_PREFIX = 30

/** @throws {TranscriptionError} `invalid_input` for what is no name. */
export function checkNamespace({ schema, tablePrefix }: Namespace): void {
  if (schema !== undefined && !/^[a-z_][a-z0-9_$]{0,62}$/i.test(schema)) throw badName('schema', schema)
  if (tablePrefix !== undefined && !/^[a-z_][a-z0-9_]*$/i.test(tablePrefix)) throw badName('tablePrefix', tablePrefix)
  if (tablePrefix !== undefined && tablePrefix.length > MAX_PREFIX)
    throw new TranscriptionError('invalid_input', `The tablePrefix has more than ${MAX_PREFIX} characters.`)
}

const badName = (option: string, value: string): TranscriptionError =>
  new TranscriptionError('invalid_input', `The ${option} "${value}" is not a plain name.`, {
    hint: 'Use letters, digits and underscores, and begin with a letter: transcripts, yt_.',
  })

/** Puts the names into every statement. `undefined` where they stay what they are, which costs nothing. */
export function namespacePlugin(namespace: Namespace): KyselyPlugin | undefined {
  if (namespace.schema === undefined && namespace.tablePrefix === undefined) return undefined
  const transformer = new NamespaceTransformer(namespace)
  return {
    transformQuery: ({ node, queryId }) => transformer.transformNode(node, queryId),
    transformResult: ({ result }) => Promise.resolve(result),
  }
}

/** Names of common table expressions and aliases are none of our tables', so that a table is known by its name. */
class NamespaceTransformer extends OperationNodeTransformer {
  readonly #schema: string | undefined
  readonly #prefix: string

  constructor({ schema, tablePrefix = '' }: Namespace) {
    super()
    this.#schema = schema
    this.#prefix = tablePrefix
  }

  protected override transformTable(node: TableNode, queryId?: QueryId): TableNode {
    const renamed = this.#renamed(node)
    if (!renamed) return super.transformTable(node, queryId)
    const { schema } = renamed.table
    if (schema || this.#schema === undefined) return renamed
    return { ...renamed, table: SchemableIdentifierNode.createWithSchema(this.#schema, renamed.table.identifier.name) }
  }

  /** A column is found by the name of its table alone, and PostgreSQL wants no more in some places. */
  protected override transformReference(node: ReferenceNode, queryId?: QueryId): ReferenceNode {
    const renamed = node.table && this.#renamed(node.table)
    const { table: _table, ...rest } = super.transformReference(node, queryId)
    if (!node.table) return rest
    return { ...rest, table: renamed ?? super.transformTable(node.table, queryId) }
  }

  /** `for update of` takes a name without a schema. https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE */
  protected override transformSelectModifier(node: SelectModifierNode, queryId?: QueryId): SelectModifierNode {
    const transformed = super.transformSelectModifier(node, queryId)
    if (!node.of) return transformed
    const of = node.of.map((table): OperationNode => (TableNode.is(table) ? (this.#renamed(table) ?? table) : table))
    return { ...transformed, of }
  }

  protected override transformCreateIndex(node: CreateIndexNode, queryId?: QueryId): CreateIndexNode {
    return { ...super.transformCreateIndex(node, queryId), name: this.#prefixed(node.name) }
  }

  protected override transformAddIndex(node: AddIndexNode, queryId?: QueryId): AddIndexNode {
    return { ...super.transformAddIndex(node, queryId), name: this.#prefixed(node.name) }
  }

  protected override transformUniqueConstraint(node: UniqueConstraintNode, queryId?: QueryId): UniqueConstraintNode {
    const transformed = super.transformUniqueConstraint(node, queryId)
    return node.name ? { ...transformed, name: this.#prefixed(node.name) } : transformed
  }

  protected override transformPrimaryKeyConstraint(
    node: PrimaryKeyConstraintNode,
    queryId?: QueryId,
  ): PrimaryKeyConstraintNode {
    const transformed = super.transformPrimaryKeyConstraint(node, queryId)
    return node.name ? { ...transformed, name: this.#prefixed(node.name) } : transformed
  }

  #renamed(node: TableNode): TableNode | undefined {
    const { name } = node.table.identifier
    if (!Object.hasOwn(TABLES, name)) return undefined
    return { ...node, table: { ...node.table, identifier: IdentifierNode.create(this.#prefix + name) } }
  }

  #prefixed(name: IdentifierNode): IdentifierNode {
    return IdentifierNode.create(this.#prefix + name.name)
  }
}
