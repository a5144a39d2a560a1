import type { Result } from '../../core/refusal.ts';
import { recordOf, type StudyRecord } from '../../core/tune/study-record.ts';
import { readStudyEvents } from '../../io/recording/study-journal.ts';

/** Reads a study back from its journal; TT_FILE_MISSING, or TT_JOURNAL with the line that is wrong. */
export function readStudy(file: string): Result<StudyRecord> {
  const events = readStudyEvents(file);
  return events.ok ? recordOf(events.value, file) : events;
}
