// The public entry of @ytscriptify/adapter-memory.
export { memoryStorage, type MemoryStorageOptions } from './memory-storage.ts'
