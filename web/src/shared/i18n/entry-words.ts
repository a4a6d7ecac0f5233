import en from './en/entry.json'
import { i18n } from './i18n'
import vi from './vi/entry.json'

/** The words of the entry desk, which come with it and not with the first screen. */
i18n.addResourceBundle('vi', 'translation', { entry: vi }, true)
i18n.addResourceBundle('en', 'translation', { entry: en }, true)
