/** A value of Student's t as the standard normal deviate of the same probability, nearly (Wallace 1959). */
export function normalDeviate(t: number, freedom: number): number {
  const size = Math.sqrt(freedom * Math.log1p((t * t) / freedom));
  return (Math.sign(t) * size * (8 * freedom + 1)) / (8 * freedom + 3);
}
