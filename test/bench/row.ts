/** One row of the table of measures in "Fast and unbreakable". */
export interface Row {
  id: string;
  figure: string;
  aim: string;
  /** Measures it; `say` tells what is being done. */
  measure(say: (words: string) => void): Promise<Measured>;
  /** The same on the embedded database, told beside it and held to nothing; where it has a meaning there. */
  embedded?(say: (words: string) => void): Promise<Pick<Measured, 'shown' | 'figures'>>;
}

export interface Measured {
  /** The figures in few words, for the table. */
  shown: string;
  /** Whether the aim is met. */
  met: boolean;
  /** All that was measured, for the JSON file. */
  figures: unknown;
}

/** @returns the middle of the values */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** @returns a number with two digits behind the point, without what says nothing */
export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
