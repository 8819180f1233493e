/** `1 video`, `2 videos`. */
export const countOf = (count: number, thing: 'video' | 'job'): string => `${count} ${thing}${count === 1 ? '' : 's'}`
