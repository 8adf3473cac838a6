"""What a bundle's installer was made for. `mvn package` replaces the words between @ signs."""

CLUSTER = '@CLUSTER@'
VERSION = '@VERSION@'
DIRECTORY = '@DIRECTORY@'
