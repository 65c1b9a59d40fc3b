/** Keys under which facts hold moments. In jsonb they are ISO 8601 strings. */
const MOMENTS = new Set(['deadline', 'validFrom', 'validUntil']);

/**
 * Turns the moments in rows read as jsonb back into dates. What a person wrote is left alone: inputs and bound
 * facts are opaque.
 * @param value anything parsed from jsonb
 * @returns the same value, changed in place
 */
export function reviveMoments<T>(value: T): T {
  if (Array.isArray(value)) for (const item of value) reviveMoments(item);
  else if (value !== null && typeof value === 'object' && !(value instanceof Date)) {
    const record = value as Record<string, unknown>;
    for (const [key, inner] of Object.entries(record)) {
      if (key === 'input' || key === 'bound') continue;
      if (typeof inner === 'string' && (key.endsWith('At') || MOMENTS.has(key)))
        record[key] = new Date(inner);
      else reviveMoments(inner);
    }
  }
  return value;
}
