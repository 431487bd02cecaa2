"""Sources to records to documents: PubMed, ClinicalTrials.gov, files, further registries."""
