// Cgroups and exporters to scrape results.
