import { redirect } from '@tanstack/react-router'

import { call } from '@/shared/api/client'

/** A display's link holds its key behind the #, which no server logs: trade it for a cookie and forget it. */
export async function claimDisplay(display: string, hash: string): Promise<void> {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')
  if (!token) return
  await call<undefined>(`/displays/${encodeURIComponent(display)}/session`, { method: 'POST', body: { token } })
  // oxlint-disable-next-line typescript/only-throw-error -- the router takes its ways out as what is thrown
  throw redirect({ to: '/wall/$display', params: { display }, hash: '', replace: true })
}
