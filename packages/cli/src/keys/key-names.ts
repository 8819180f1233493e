/** The keys of a server, by the settings that give them. */
export const KEY_NAMES = ['API_KEY', 'SECRET_KEY'] as const
export type KeyName = (typeof KEY_NAMES)[number]
