import { useEffect } from 'react'

import { useCity, useFormat } from '@/shared/format/use-format'

/** What the browser's tab says: the screen, the city, the product. */
export function useTitle(screen: string | null): void {
  const city = useCity()
  const format = useFormat()
  const title = [screen, format.text(city.title), 'Toàn Cảnh'].filter(Boolean).join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
