import '@mantine/core/styles.css'
import '@fontsource/be-vietnam-pro/400.css'
import '@fontsource/be-vietnam-pro/500.css'
import '@fontsource/be-vietnam-pro/600.css'
import './shared/theme/tokens.css'

import { createRoot } from 'react-dom/client'

import { App } from './app/app'
import { startI18n } from './shared/i18n/i18n'
import { watchEscape } from './shared/ui/escape'

const root = document.getElementById('root')
if (root) {
  watchEscape()
  void startI18n().then(() => createRoot(root).render(<App />))
}
