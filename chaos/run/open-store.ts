// Makes a new store of either kind.
import { openPostgresStore } from './postgres-store.ts'
import { openSqliteStore } from './sqlite-store.ts'
import type { StorageKind, Store } from './store.ts'

export const openStore = (kind: StorageKind, { folder }: { readonly folder: string }): Promise<Store> =>
  kind === 'sqlite' ? openSqliteStore({ folder }) : openPostgresStore()
