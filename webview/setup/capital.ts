/** The engine's messages follow a position; here they stand alone. */
export function capital(message: string): string {
  return message.charAt(0).toLocaleUpperCase() + message.slice(1);
}
