// The public entry of @ytscriptify/core/testing/model.
export { checkStorageModel, type StorageModelEvents, type StorageModelOptions } from './check-storage-model.ts'
