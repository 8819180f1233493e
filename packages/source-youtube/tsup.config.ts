import { buildOf } from '../../tsup.config.base.ts'

export default buildOf({
  index: 'src/index.ts',
  options: 'src/options.ts',
  'yt-dlp': 'src/yt-dlp/index.ts',
  lister: 'src/lister/index.ts',
  testing: 'src/testing/index.ts',
})
