import en from './en/source.json'
import { i18n } from './i18n'
import vi from './vi/source.json'

/** The words of the source desk, which come with it and not with the first screen. */
i18n.addResourceBundle('vi', 'translation', { source: vi }, true)
i18n.addResourceBundle('en', 'translation', { source: en }, true)
