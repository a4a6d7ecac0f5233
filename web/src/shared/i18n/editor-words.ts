import en from './en/editor.json'
import { i18n } from './i18n'
import vi from './vi/editor.json'

/** The words of the board editor, which come with it and not with the first screen. */
i18n.addResourceBundle('vi', 'translation', { editor: vi }, true)
i18n.addResourceBundle('en', 'translation', { editor: en }, true)
