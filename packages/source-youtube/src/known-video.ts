/** "Me at the zoo", the first video of YouTube: everybody may see it, it has captions, and nobody will take it away. */
export const KNOWN_VIDEO = 'jNQXAC9IVRw'
