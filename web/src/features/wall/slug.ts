import { fold } from '@/shared/format/fold'

/** "Phòng trực ban" as phong-truc-ban, for addresses. */
export function slug(title: string): string {
  return fold(title).replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 63)
}
