// Tests of Scrapers.
